import { Button } from '@ui/primitives'
import { Code2 } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'

const ApiPanel = lazy(() => import('./ApiPanel'))

/** The calls that made this page, to take along: there is nothing here that a program can not do. */
export function ApiButton() {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button icon={<Code2 />} className="max-md:hidden" onClick={() => setOpen(true)}>
        API
      </Button>
      {open && (
        <Suspense fallback={null}>
          <ApiPanel onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  )
}
