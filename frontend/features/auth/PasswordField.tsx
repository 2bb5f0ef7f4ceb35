import { Field } from '@ui/Field'

/** A password that is to be set. */
export const PasswordField = ({ name, label }: { name: string; label: string }) => (
  <Field
    name={name}
    label={label}
    type="password"
    autoComplete="new-password"
    help="At least 12 characters; not one of those everybody uses."
    minLength={12}
    required
  />
)
