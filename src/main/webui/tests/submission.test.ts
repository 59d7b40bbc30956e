import { expect, test } from 'vitest'
import type { Client } from '../core/client.ts'
import { Submission } from '../core/submission.ts'

test('a job is taken back once, though a cancel and the answer that names it cross', async () => {
  const asked: string[] = []
  const cancel = async (requestId: string) => void asked.push(requestId)
  const submission = new Submission({ api: { cancel } } as unknown as Client)

  submission.giveUp('job-1')
  submission.giveUp('job-1')
  submission.giveUp('job-2')

  expect(asked).toEqual(['job-1', 'job-2'])
})
