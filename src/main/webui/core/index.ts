export { type Api, createApi, type Session, type TransportAnswer } from './api.ts'
export { Client, clientOf, NOTHING, type View } from './client.ts'
export { Failure } from './failure.ts'
export { Generation, type GenerationView, generationOf } from './generation.ts'
