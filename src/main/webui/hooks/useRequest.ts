'use client'
import { useEffect, useState } from 'react'
import type { ConnectionOptions, SSEMessage } from '../types/index.ts'
import { useClient } from './client.ts'

/** The latest update of one request, undefined before there is any; rendered by no other request's. */
export const useRequest = (requestId: string | undefined, options?: ConnectionOptions): SSEMessage | undefined => {
  const client = useClient(options)
  const [message, hear] = useState<SSEMessage>()
  useEffect(() => client.acquire(), [client])
  useEffect(
    () =>
      requestId === undefined
        ? undefined
        : client.subscribe(requestId, { onSuccess: hear, onError: hear, onProgress: hear }),
    [client, requestId],
  )
  return message?.request_id === requestId ? message : undefined
}
