/** The folder of the page, as it was loaded: it works under any context path, and no route moves it. */
export const BASE = new URL('.', document.baseURI).href
