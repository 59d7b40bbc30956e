/** Where the page is not secure there is no randomUUID. */
export const newId = (): string => globalThis.crypto?.randomUUID?.() ?? `${Date.now()}-${Math.random()}`
