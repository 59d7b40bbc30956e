'use client'
import { createContext, createElement, type ReactNode, useContext } from 'react'
import { type Client, clientOf } from '../core/client.ts'
import type { ConnectionOptions } from '../types/index.ts'

const Provided = createContext<Client | undefined>(undefined)

/** Gives all hooks below it this client, so that they need no options. */
export const ImageGenProvider = ({ client, children }: { client: Client; children?: ReactNode }): ReactNode =>
  createElement(Provided.Provider, { value: client }, children)

/** The client of these options; without any, the one that was provided, else that of the page's own origin. */
export const useClient = (options?: ConnectionOptions): Client => {
  const provided = useContext(Provided)
  return options || !provided ? clientOf(options) : provided
}
