/**
 * What the page remembers of one person in this browser; of nobody else, and not beyond their signing out. What can't be
 * kept, because the storage is full or forbidden, is remembered as long as the page lives.
 */

const PREFIX = 'image-gen/studio/'
/** Where the hooks keep a person's history; its key ends with the person. */
const HISTORY = 'image-gen/timeline/'

const keyOf = (user: string, what: string) => `${PREFIX}${encodeURIComponent(user)}/${what}`

export const recall = <T extends object>(storage: () => Storage, user: string, what: string, otherwise: T): T => {
  try {
    return { ...otherwise, ...JSON.parse(storage().getItem(keyOf(user, what)) ?? '{}') }
  } catch {
    return otherwise
  }
}

export const keep = (storage: () => Storage, user: string, what: string, value: object): void => {
  try {
    storage().setItem(keyOf(user, what), JSON.stringify(value))
  } catch {
    // As said above.
  }
}

/** All that is kept of this person here, in this tab and in the others' storage. */
export const forget = (user: string): void => {
  for (const storage of [() => localStorage, () => sessionStorage]) {
    try {
      const keys = Object.keys(storage())
      for (const key of keys) {
        const own = key.startsWith(keyOf(user, ''))
        if (own || (key.startsWith(HISTORY) && key.endsWith(` ${user}`))) storage().removeItem(key)
      }
    } catch {
      // Nothing was kept then.
    }
  }
}

export const forThisTab = () => sessionStorage
export const forThisBrowser = () => localStorage
