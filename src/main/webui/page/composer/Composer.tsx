import {
  type FormEvent,
  type KeyboardEvent,
  type MouseEvent,
  memo,
  useEffect,
  useId,
  useImperativeHandle,
  useRef,
  useState,
} from 'react'
import type { GenerationParams } from '../../hooks/index.ts'
import { forThisTab, keep, recall } from '../kept.ts'
import { Icon } from '../ui/Icon.tsx'
import ui from '../ui/ui.module.css'
import { Chips } from './Chips.tsx'
import css from './Composer.module.css'
import { CountPicker } from './CountPicker.tsx'
import { EXAMPLES, paramsOf } from './examples.ts'
import { FORMATS, PROMPT_MAX } from './formats.ts'
import { SeedPicker } from './SeedPicker.tsx'
import { SizePicker } from './SizePicker.tsx'
import { StylePicker } from './StylePicker.tsx'
import { type Problems, problemsOf } from './validation.ts'

export interface ComposerHandle {
  /** Puts these on the bench, ready to be changed, and goes to the prompt. */
  take: (params: Partial<GenerationParams>) => void
  focus: () => void
}

const START: GenerationParams = {
  prompt: '',
  width: FORMATS[0]?.width ?? 1024,
  height: FORMATS[0]?.height ?? 1024,
  count: 1,
}
const KEPT = 'bench'

const kept = (user: string): GenerationParams => {
  const { width, height, ...rest } = recall(forThisTab, user, KEPT, START)
  // A side that was left empty is not a number and comes back as null.
  return { ...START, ...rest, ...(width && { width }), ...(height && { height }) }
}

/** With a keyboard at hand Enter sends; on glass it makes a new line, as everywhere there. */
const hasKeyboard = () => !globalThis.matchMedia?.('(pointer: coarse)').matches

export const Composer = memo(
  ({
    user,
    submit,
    ref,
  }: {
    user: string
    submit: (params: GenerationParams) => void
    ref?: React.Ref<ComposerHandle>
  }) => {
    const id = useId()
    const [params, setParams] = useState(() => kept(user))
    /** On a phone: the choices are shown. */
    const [open, setOpen] = useState(false)
    const [problems, setProblems] = useState<Problems>({})
    const textarea = useRef<HTMLTextAreaElement>(null)
    const form = useRef<HTMLFormElement>(null)
    const keyboard = useRef(hasKeyboard()).current

    useEffect(() => keep(forThisTab, user, KEPT, params), [user, params])

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
        setParams(before => ({ ...before, style: undefined, seed: undefined, ...some }))
        setProblems({})
        const field = textarea.current
        field?.focus()
        // After React has put the text there.
        requestAnimationFrame(() => field?.setSelectionRange(field.value.length, field.value.length))
      },
      focus: () => textarea.current?.focus(),
    }))

    // Pasted where nobody writes: it is meant for the prompt.
    useEffect(() => {
      const onPaste = (event: ClipboardEvent) => {
        const { target, clipboardData } = event
        const text = clipboardData?.getData('text/plain').trim()
        const elsewhere = target instanceof HTMLElement && target.closest('input, textarea, dialog')
        if (!text || elsewhere) return
        event.preventDefault()
        setParams(before => ({ ...before, prompt: text }))
        setProblems({})
        textarea.current?.focus()
      }
      document.addEventListener('paste', onPaste)
      return () => document.removeEventListener('paste', onPaste)
    }, [])

    const send = (event?: FormEvent) => {
      event?.preventDefault()
      const found = problemsOf(params)
      setProblems(found)
      const [first] = Object.keys(found)
      if (first) {
        setOpen(true)
        form.current?.querySelector<HTMLElement>(`[name="${first}"]`)?.focus()
        return
      }
      const { style, seed, ...rest } = params
      setOpen(false)
      submit({ ...rest, prompt: params.prompt.trim(), ...(style && { style }), ...(seed !== undefined && { seed }) })
    }

    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'Enter' || event.nativeEvent.isComposing) return
      const asked = event.ctrlKey || event.metaKey
      if (asked || (keyboard && !event.shiftKey && !event.altKey)) {
        event.preventDefault()
        // A key that is held down is one wish.
        if (!event.repeat) send()
      }
    }

    const shuffle = () => {
      const others = EXAMPLES.filter(({ prompt }) => prompt !== params.prompt)
      const example = others[Math.floor(Math.random() * others.length)]
      // Its words; the picture is chance's, or the next one would be the same too.
      if (example) change({ ...paramsOf(example), seed: undefined })
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
            dir="auto"
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
        <Chips params={params} open={open} toggle={() => setOpen(!open)} controls={`${id}-choices`} />
        <div id={`${id}-choices`} className={css.choices} data-open={open}>
          <SizePicker width={params.width} height={params.height} problems={problems} change={change} />
          <StylePicker style={params.style} change={style => change({ style })} />
          <CountPicker count={params.count} change={count => change({ count })} />
          <SeedPicker seed={params.seed} problem={problems.seed} change={seed => change({ seed })} />
        </div>
        <div className={css.send}>
          <button type="submit" className={ui.primary} onClick={onlyOnce}>
            Generate
          </button>
        </div>
      </form>
    )
  },
)

/** The second click of a double click is not a second wish. */
const onlyOnce = (event: MouseEvent) => {
  if (event.detail > 1) event.preventDefault()
}

const Words = ({ problem, hint }: { problem?: string; hint: string }) =>
  problem ? (
    <p className={ui.problem} role="alert">
      <Icon name="warning" size={13} />
      {problem}
    </p>
  ) : (
    hint && <p className={ui.hint}>{hint}</p>
  )
