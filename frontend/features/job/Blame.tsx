import { sentence } from '@app/api/problem'
import { type JobPath, jobBlameQuery } from '@app/api/queries/jobs'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { yamlPieces } from '@ui/lib/yaml'
import { Note, Sha, Skeleton } from '@ui/primitives'
import { Ago } from '@ui/Time'
import { clsx } from 'clsx'

/** A manifest as it was committed, with who wrote each line and when in its margin. */
export default function Blame({ path, at }: { path: JobPath; at?: string }) {
  const { data, error } = useQuery(jobBlameQuery(path, at))
  if (error) {
    return (
      <div className="p-4">
        <Note tone="fail">{sentence(error)}</Note>
      </div>
    )
  }
  if (!data) return <Skeleton className="m-4 h-64" />
  return (
    <div className="scroll-thin overflow-x-auto py-2 text-xs leading-5">
      <table aria-label={`Who wrote each line of ${path.name}`} className="w-max min-w-full font-mono">
        <tbody>
          {data.lines.map((line, n) => {
            const by = data.commits[line.commit]
            const again = n > 0 && data.lines[n - 1]?.commit === line.commit
            return (
              <tr key={n} className={clsx(!again && n > 0 && 'border-t')}>
                <th scope="row" className="w-0 px-4 text-left font-sans font-normal whitespace-nowrap">
                  {!again && by && (
                    <Link
                      to="/jobs/$namespace/$name/manifest"
                      params={path}
                      search={{ ref: by.commit, blame: true }}
                      title={by.summary}
                      className="flex items-center gap-2 text-fg-3 hover:text-fg"
                    >
                      <Sha of={by.commit} />
                      <span className="max-w-32 truncate">{by.author.replace(/ <.*/, '')}</span>
                      <Ago at={by.authored_at} />
                      {data.is_cut && line.commit === data.commits.length - 1 && ' or before'}
                    </Link>
                  )}
                </th>
                <td className="w-0 pr-4 text-right text-fg-3 select-none">{data.line + n}</td>
                <td className="pr-4 whitespace-pre">
                  {yamlPieces(line.text).map((p, k) => (
                    <span key={k} className={p.kind ? `y-${p.kind}` : undefined}>
                      {p.text}
                    </span>
                  ))}
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}
