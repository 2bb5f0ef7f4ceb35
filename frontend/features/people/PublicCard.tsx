import { useReason } from '@app/api/access'
import { useAction } from '@app/api/action'
import { api, done, get, type Schemas } from '@app/api/client'
import { readLabels, writeLabels } from '@app/features/agents/labels'
import { Form, text } from '@app/features/auth/Form'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { Snippet } from '@ui/Copy'
import { Check, Field } from '@ui/Field'
import { Button, Card } from '@ui/primitives'

export const publicQuery = queryOptions({
  queryKey: ['public'],
  queryFn: ({ signal }) => get(api.GET('/api/v1/tenant/public', { signal })),
})

/** What everybody may see: a page of how jobs are, and badges. Off until an owner says otherwise. */
export function PublicCard() {
  const { data } = useQuery(publicQuery)
  const why = useReason('owner')
  const stale = [['public']]
  const put = useAction(
    (body: Schemas['PutStatusPage']) => get(api.PUT('/api/v1/tenant/status-page', { body })),
    {
      quiet: true,
      done: 'Everybody with its address can see it',
      stale,
    },
  )
  const off = useAction(() => done(api.DELETE('/api/v1/tenant/status-page')), {
    done: 'The page is off',
    stale,
  })
  const badges = useAction(() => get(api.POST('/api/v1/tenant/badges')), {
    done: 'Badges have addresses now',
    stale,
  })
  const noBadges = useAction(() => done(api.DELETE('/api/v1/tenant/badges')), {
    done: 'Badges are off',
    stale,
  })
  if (!data) return null
  const page = data.status_page
  return (
    <>
      <Card
        title="Status page"
        aside={
          page && (
            <Button kind="ghost" small reason={why} pending={off.isPending} onClick={() => off.mutate()}>
              Switch it off
            </Button>
          )
        }
      >
        {page && (
          <div className="mb-4">
            <Snippet text={page.url} label="address of the status page" wrap />
          </div>
        )}
        <Form
          key={JSON.stringify(page ?? null)}
          action={page ? 'Save' : 'Switch it on'}
          reason={why}
          error={put.error}
          pending={put.isPending}
          onSubmit={(form) =>
            put.mutate({
              slug: text(form, 'slug') || undefined,
              title: text(form, 'title') || undefined,
              namespaces: text(form, 'namespaces')
                .split(/[\s,]+/)
                .filter(Boolean),
              labels: readLabels(text(form, 'labels')).labels,
              all_jobs: form.get('all_jobs') === 'on',
            })
          }
        >
          <Field name="title" label="Title" defaultValue={page?.title} placeholder="Status of Acme" />
          <Field
            name="slug"
            label="Name in its address"
            defaultValue={page?.slug}
            help="Left empty, one that nobody guesses."
            className="font-mono text-xs"
          />
          <Field
            name="namespaces"
            label="Namespaces shown"
            defaultValue={page?.namespaces.join(', ')}
            placeholder="production"
          />
          <Field
            name="labels"
            label="Of these, jobs with all of these labels"
            defaultValue={page ? writeLabels(page.labels) : undefined}
            placeholder="public=yes"
            className="font-mono text-xs"
          />
          <Check
            name="all_jobs"
            label="All jobs"
            help="Names and how they are, whatever the other two say."
            defaultChecked={page?.all_jobs}
          />
        </Form>
      </Card>
      <Card title="Badges">
        {data.badges ? (
          <>
            <Snippet text={`![jobs](${data.badges.all_url})`} label="badge of everything" wrap />
            <div className="mt-2">
              <Snippet text={data.badges.job_url} label="badge of a job" wrap />
            </div>
            <div className="mt-3 flex gap-2">
              <Button small reason={why} pending={badges.isPending} onClick={() => badges.mutate()}>
                New addresses
              </Button>
              <Button
                small
                kind="danger"
                reason={why}
                pending={noBadges.isPending}
                onClick={() => noBadges.mutate()}
              >
                Switch off
              </Button>
            </div>
          </>
        ) : (
          <>
            <p className="mb-3 text-fg-2">A word and a colour for READMEs and wikis; nothing else is told.</p>
            <Button reason={why} pending={badges.isPending} onClick={() => badges.mutate()}>
              Switch them on
            </Button>
          </>
        )}
      </Card>
    </>
  )
}
