import type { Experiments } from '../types/index.ts'
import type { Client } from './client.ts'

/** Ways to break a connection on purpose. */
export const experimentsOf = (client: Client): Experiments => ({
  drop: () => client.tell('drop'),
  offline: offline => client.tell('offline', offline),
  use: transport => client.tell('use', transport),
})
