import { ApiError, sentence } from '@app/api/problem'
import { useQueryErrorResetBoundary } from '@tanstack/react-query'
import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router'
import { Empty, Trouble } from '@ui/Empty'
import { buttonClass, Skeleton } from '@ui/primitives'
import { PageHead } from '@ui/Shell'
import { useEffect } from 'react'

/** A page on its way: its head and a few cards, where they will be. */
export function Pending() {
  return (
    <>
      <PageHead title={<Skeleton className="h-4 w-32" />} />
      <div
        aria-busy="true"
        className="grid grid-cols-1 gap-4 p-4 md:p-6 xl:grid-cols-[minmax(0,1fr)_18.5rem]"
      >
        <span className="sr-only" role="status">
          Loading
        </span>
        <Skeleton className="h-56" />
        <Skeleton className="hidden h-56 xl:block" />
        <Skeleton className="h-40" />
      </div>
    </>
  )
}

/** What a page says when it can not be shown. */
export function Wrong({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  const { reset: forgetErrors } = useQueryErrorResetBoundary()
  useEffect(forgetErrors, [forgetErrors])
  if (error instanceof ApiError && error.code === 'not_found') return <Missing />
  const problem = error instanceof ApiError ? error.problem : undefined
  return (
    <>
      <PageHead title={<h1 className="text-base font-semibold">Something is wrong</h1>} />
      <Trouble
        title={problem?.title ?? 'This page can not be shown'}
        detail={sentence(error)}
        requestId={problem?.request_id ?? undefined}
        onRetry={() => {
          reset()
          void router.invalidate()
        }}
      />
    </>
  )
}

/** Nothing by this address, or nothing of this tenant: the server does not say which. */
export function Missing() {
  return (
    <>
      <PageHead title={<h1 className="text-base font-semibold">Not found</h1>} />
      <Empty
        title="There is nothing by this address"
        action={
          <Link to="/" className={buttonClass('solid')}>
            To the overview
          </Link>
        }
      >
        <p>It may have been renamed or removed in Git, or it belongs to another tenant.</p>
      </Empty>
    </>
  )
}
