import {
  type FormEvent,
  type KeyboardEvent,
  memo,
  useEffect,
  useId,
  useImperativeHandle,
  useRef,
  useState,
} from 'react'
import type { GenerationParams } from '../../hooks/index.ts'
import { Icon } from '../ui/Icon.tsx'
import ui from '../ui/ui.module.css'
import css from './Composer.module.css'
import { CountPicker } from './CountPicker.tsx'
import { EXAMPLES } from './examples.ts'
import { FORMATS, PROMPT_MAX } from './formats.ts'
import { SizePicker } from './SizePicker.tsx'
import { StylePicker } from './StylePicker.tsx'
import { type Problems, problemsOf } from './validation.ts'

export interface ComposerHandle {
  /** Puts these on the bench, ready to be changed, and goes to the prompt. */
  take: (params: Partial<GenerationParams>) => void
}

const START: GenerationParams = {
  prompt: '',
  width: FORMATS[0]?.width ?? 1024,
  height: FORMATS[0]?.height ?? 1024,
  count: 1,
}
const KEPT = 'image-gen/bench'

const kept = (): GenerationParams => {
  try {
    const { width, height, ...rest } = JSON.parse(sessionStorage.getItem(KEPT) ?? '{}')
    // A side that was left empty is not a number and comes back as null.
    return { ...START, ...rest, ...(width && { width }), ...(height && { height }) }
  } catch {
    return START
  }
}

/** With a keyboard at hand Enter sends; on glass it makes a new line, as everywhere there. */
const hasKeyboard = () => !globalThis.matchMedia?.('(pointer: coarse)').matches

export const Composer = memo(
  ({ submit, ref }: { submit: (params: GenerationParams) => void; ref?: React.Ref<ComposerHandle> }) => {
    const id = useId()
    const [params, setParams] = useState(kept)
    const [problems, setProblems] = useState<Problems>({})
    const textarea = useRef<HTMLTextAreaElement>(null)
    const form = useRef<HTMLFormElement>(null)
    const keyboard = useRef(hasKeyboard()).current

    useEffect(() => {
      try {
        sessionStorage.setItem(KEPT, JSON.stringify(params))
      } catch {
        // A reload starts from an empty bench then.
      }
    }, [params])

    const change = (some: Partial<GenerationParams>) => {
      const changed = { ...params, ...some }
      setParams(changed)
      // A problem goes as soon as it is mended; a new one waits for the next try.
      const left = problemsOf(changed)
      setProblems(shown =>
        Object.fromEntries(Object.keys(shown).flatMap(key => (key in left ? [[key, left[key as 'prompt']]] : []))),
      )
    }

    useImperativeHandle(ref, () => ({
      take: some => {
        setParams(before => ({ ...before, style: undefined, ...some }))
        setProblems({})
        const field = textarea.current
        field?.focus()
        // After React has put the text there.
        requestAnimationFrame(() => field?.setSelectionRange(field.value.length, field.value.length))
      },
    }))

    const send = (event?: FormEvent) => {
      event?.preventDefault()
      const found = problemsOf(params)
      setProblems(found)
      const [first] = Object.keys(found)
      if (first) {
        form.current?.querySelector<HTMLElement>(`[name="${first}"]`)?.focus()
        return
      }
      const { style, ...rest } = params
      submit({ ...rest, prompt: params.prompt.trim(), ...(style && { style }) })
    }

    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'Enter' || event.nativeEvent.isComposing) return
      const asked = event.ctrlKey || event.metaKey
      if (asked || (keyboard && !event.shiftKey && !event.altKey)) {
        event.preventDefault()
        send()
      }
    }

    const shuffle = () => {
      const others = EXAMPLES.filter(({ prompt }) => prompt !== params.prompt)
      const example = others[Math.floor(Math.random() * others.length)]
      if (example) change({ style: undefined, ...example })
    }

    const length = [...params.prompt].length
    return (
      <form ref={form} className={css.bench} onSubmit={send} noValidate aria-label="New image">
        <div className={css.prompt}>
          <div className={css.head}>
            <label className={ui.label} htmlFor={`${id}-prompt`}>
              Prompt
            </label>
            <button type="button" className={css.shuffle} onClick={shuffle}>
              <Icon name="shuffle" size={14} />
              Example
            </button>
          </div>
          <textarea
            ref={textarea}
            id={`${id}-prompt`}
            name="prompt"
            className={css.text}
            rows={4}
            value={params.prompt}
            placeholder="What should be on it?"
            aria-invalid={!!problems.prompt}
            aria-describedby={`${id}-about`}
            onChange={event => change({ prompt: event.target.value })}
            onKeyDown={onKeyDown}
            enterKeyHint={keyboard ? 'send' : 'enter'}
          />
          <div id={`${id}-about`} className={css.about}>
            <Words
              problem={problems.prompt}
              hint={keyboard ? 'Enter generates, Shift + Enter starts a new line.' : ''}
            />
            {length > PROMPT_MAX * 0.9 && (
              <span className={css.count} data-over={length > PROMPT_MAX}>
                {length} / {PROMPT_MAX}
              </span>
            )}
          </div>
        </div>
        <SizePicker width={params.width} height={params.height} problems={problems} change={change} />
        <StylePicker style={params.style} change={style => change({ style })} />
        <CountPicker count={params.count} change={count => change({ count })} />
        <div className={css.send}>
          <button type="submit" className={ui.primary}>
            Generate
          </button>
        </div>
      </form>
    )
  },
)

const Words = ({ problem, hint }: { problem?: string; hint: string }) =>
  problem ? (
    <p className={ui.problem} role="alert">
      <Icon name="warning" size={13} />
      {problem}
    </p>
  ) : (
    hint && <p className={ui.hint}>{hint}</p>
  )
