import { rowsOf } from '@app/api/queries/list'
import { membersQuery } from '@app/api/queries/people'
import { type Role, refused } from '@app/api/roles'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Empty } from '@ui/Empty'
import { PageHead, PageTitle } from '@ui/Shell'

/** A page that needs another role: which, and whom to ask. */
export function Forbidden({ title, needed, role }: { title: string; needed: Role; role: Role }) {
  const { data } = useInfiniteQuery(membersQuery)
  const people = rowsOf(data).filter((m) => m.role === 'owner' || m.role === 'admin')
  return (
    <>
      <PageHead title={<PageTitle>{title}</PageTitle>} />
      <Empty title="This page is for admins">
        <p>{refused(role, needed)}.</p>
        {people.length > 0 && (
          <p>
            Ask{' '}
            {people
              .slice(0, 3)
              .map((m) => `${m.name} (${m.email})`)
              .join(', ')}
            .
          </p>
        )}
      </Empty>
    </>
  )
}
