'use client'
import { useEffect } from 'react'
import type { ConnectionOptions, Stats } from '../types/index.ts'
import { useClient } from './client.ts'
import { useSelected } from './useSelected.ts'

/** The figures by transport, as they change, up to ten times a second; only while somebody looks are they sent here. */
export const useTransportStats = (options?: ConnectionOptions): Stats => {
  const client = useClient(options)
  useEffect(() => client.watch(), [client])
  return useSelected(client, view => view.stats)
}
