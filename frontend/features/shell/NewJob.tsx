import { Link } from '@tanstack/react-router'
import { buttonClass } from '@ui/primitives'
import { Plus } from 'lucide-react'

/** Leads to a manifest to commit; jobs are made in Git alone. */
export const NewJob = () => (
  <Link to="/propose" className={buttonClass('solid')}>
    <Plus aria-hidden="true" />
    New job
  </Link>
)
