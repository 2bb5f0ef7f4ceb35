/** Lines for a shell that write manifests into a clone, and commit them. */
export function filesAndCommit(
  repository: string | undefined,
  manifests: { file: string; manifest: string }[],
): string {
  const folders = [...new Set(manifests.map((m) => m.file.split('/').slice(0, -1).join('/')))].filter(Boolean)
  const file = ({ file, manifest }: { file: string; manifest: string }) => {
    // What a line of the text itself is would end it too soon.
    let end = 'END'
    while (manifest.split('\n').includes(end)) end += '_'
    return `cat > ${file} <<'${end}'\n${manifest}${manifest.endsWith('\n') ? '' : '\n'}${end}`
  }
  return [
    repository ? `cd ${repository}` : 'cd <your repository>',
    ...(folders.length > 0 ? [`mkdir -p ${folders.join(' ')}`] : []),
    ...manifests.map(file),
    `git add ${manifests.map((m) => m.file).join(' ')}`,
    'git commit -m "Import a crontab"',
    'git push',
  ].join('\n')
}
