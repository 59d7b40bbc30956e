export interface ServerEvent {
  type: string
  data: string
  id: string
}

/** Reads an event stream, however it is cut into pieces. [HTML, 9.2.6] */
export class EventParser {
  readonly #event: (event: ServerEvent) => void
  /** Of the last line, as much as there is. */
  #rest = ''
  #data: string[] = []
  #type = ''
  #id = ''
  #began = false
  #halfBreak = false

  constructor(event: (event: ServerEvent) => void) {
    this.#event = event
  }

  push(text: string): void {
    if (!text) return
    let piece = text
    // [HTML, 9.2.6] "[ bom ] *event": one byte order mark is not content.
    if (!this.#began && piece.startsWith('\uFEFF')) piece = piece.slice(1)
    this.#began = true
    // The line feed may be the second half of a line break whose first half ended the piece before.
    if (this.#halfBreak && piece.startsWith('\n')) piece = piece.slice(1)
    this.#halfBreak = text.endsWith('\r')
    const lines = piece.split(/\r\n|\n|\r/)
    const last = lines.pop() ?? ''
    for (const line of lines) {
      this.#line(this.#rest + line)
      this.#rest = ''
    }
    this.#rest += last
  }

  #line(line: string): void {
    if (!line) {
      this.#dispatch()
      return
    }
    const colon = line.indexOf(':')
    // A comment.
    if (!colon) return
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + (line[colon + 1] === ' ' ? 2 : 1))
    if (field === 'data') this.#data.push(value)
    else if (field === 'event') this.#type = value
    // [HTML, 9.2.6] "If the field value does not contain U+0000 NULL"
    else if (field === 'id' && !value.includes('\0')) this.#id = value
  }

  #dispatch(): void {
    const [data, type] = [this.#data, this.#type || 'message']
    this.#data = []
    this.#type = ''
    if (data.length) this.#event({ type, data: data.join('\n'), id: this.#id })
  }
}
