'use client'
import { type ReactNode, useState } from 'react'
import type { Client } from '../core/client.ts'
import { experimentsOf } from '../core/experiments.ts'
import { quantile } from '../core/quantile.ts'
import { useClient } from '../hooks/client.ts'
import { useConnection } from '../hooks/useConnection.ts'
import { useTransportStats } from '../hooks/useTransportStats.ts'
import type { ConnectionOptions, TransportName } from '../types/index.ts'

export { experimentsOf } from '../core/experiments.ts'
export type { Experiments } from '../types/index.ts'

const TRANSPORTS: TransportName[] = ['sse', 'websocket', 'polling']

const whole = (ms?: number): string => (ms === undefined ? '' : `${Math.round(ms)} ms`)

const seconds = (at?: number): string => (at ? `${Math.max(0, (Date.now() - at) / 1000).toFixed(1)} s ago` : 'never')

/**
 * What the connection is doing, and ways to break it: for development, on anyone's page. Plain elements; the class
 * `image-gen-devtools` is there to be styled.
 */
export const ImageGenDevtools = ({ options }: { options?: ConnectionOptions }): ReactNode => {
  const client = useClient(options)
  const [open, setOpen] = useState(false)
  const state = useConnection(it => it.state, options)
  return (
    <details className="image-gen-devtools" open={open} onToggle={event => setOpen(event.currentTarget.open)}>
      <summary>image-gen: {state}</summary>
      {open && <Details client={client} options={options} />}
    </details>
  )
}

const Details = ({ client, options }: { client: Client; options?: ConnectionOptions }): ReactNode => {
  const connection = useConnection(it => it, options)
  const { transports, recent, repeats, invalid } = useTransportStats(options)
  const [cut, setCut] = useState(false)
  const experiments = experimentsOf(client)
  const facts: [string, ReactNode][] = [
    ['Transport', connection.transport],
    ['Held by', connection.sharing],
    ['Reconnects', connection.reconnectCount],
    ['Cursor', connection.lastEventId ?? 'none'],
    ['Last heard', seconds(connection.lastSeenAt)],
    ['Why not', connection.lastError?.message ?? ''],
    ['Events', `${recent.length} lately, ${repeats} repeated, ${invalid} without sense`],
  ]
  return (
    <>
      <dl>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <table>
        <thead>
          <tr>
            {['Transport', 'Opens', 'Messages', 'Errors', 'Opened in', 'First event', 'p50', 'p95'].map(name => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {TRANSPORTS.map(name => {
            const { opens, messages, errors, openMs, firstEventMs, latencies } = transports[name]
            return (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{opens}</td>
                <td>{messages}</td>
                <td>{errors}</td>
                <td>{whole(openMs)}</td>
                <td>{whole(firstEventMs)}</td>
                <td>{whole(quantile(latencies, 0.5))}</td>
                <td>{whole(quantile(latencies, 0.95))}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
      <button type="button" onClick={experiments.drop}>
        Drop
      </button>
      <button
        type="button"
        aria-pressed={cut}
        onClick={() => {
          experiments.offline(!cut)
          setCut(!cut)
        }}
      >
        Offline
      </button>
      <button type="button" onClick={client.reconnect}>
        Reconnect
      </button>
      {TRANSPORTS.map(name => (
        <button
          key={name}
          type="button"
          aria-pressed={connection.transport === name}
          onClick={() => experiments.use(name)}
        >
          {name}
        </button>
      ))}
    </>
  )
}
