export { type Api, createApi, type Session, type TransportAnswer } from './api.ts'
export { Failure } from './failure.ts'
