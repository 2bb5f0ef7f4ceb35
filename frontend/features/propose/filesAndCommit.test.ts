import { expect, test } from 'vitest'
import { filesAndCommit } from './filesAndCommit'

test('manifests are written, added and committed', () => {
  const manifests = [
    { file: 'ops/a.yaml', manifest: 'kind: Job\n' },
    { file: 'b.yaml', manifest: 'command: |\n  x\nEND\nEND_' },
  ]
  expect(filesAndCommit('jobs', manifests)).toBe(
    [
      'cd jobs',
      'mkdir -p ops',
      "cat > ops/a.yaml <<'END'\nkind: Job\nEND",
      "cat > b.yaml <<'END__'\ncommand: |\n  x\nEND\nEND_\nEND__",
      'git add ops/a.yaml b.yaml',
      'git commit -m "Import a crontab"',
      'git push',
    ].join('\n'),
  )
})
