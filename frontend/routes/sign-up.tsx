import { useAction } from '@app/api/action'
import { api, get, type Schemas } from '@app/api/client'
import { AuthFrame } from '@app/features/auth/AuthFrame'
import { Form, text } from '@app/features/auth/Form'
import { PasswordField } from '@app/features/auth/PasswordField'
import { slug } from '@app/features/auth/slug'
import { useQueryClient } from '@tanstack/react-query'
import { createFileRoute, Link, useNavigate } from '@tanstack/react-router'
import { Field } from '@ui/Field'
import { useState } from 'react'

export const Route = createFileRoute('/sign-up')({ component: SignUp })

function SignUp() {
  const query = useQueryClient()
  const go = useNavigate()
  const [tenant, setTenant] = useState('')
  const signUp = useAction((body: Schemas['SignUp']) => get(api.POST('/api/v1/auth/sign-up', { body })), {
    quiet: true,
    onDone: (me) => {
      query.clear()
      query.setQueryData(['me'], me)
      void go({ to: '/welcome' })
    },
  })
  return (
    <AuthFrame
      title="Make an account"
      sub={
        <>
          There already?{' '}
          <Link to="/sign-in" className="font-medium text-accent underline">
            Sign in
          </Link>
        </>
      }
    >
      <Form
        action="Make the account"
        error={signUp.error}
        pending={signUp.isPending}
        onSubmit={(data) =>
          signUp.mutate({
            name: text(data, 'name'),
            email: text(data, 'email'),
            tenant: text(data, 'tenant'),
            password: String(data.get('password')),
          })
        }
      >
        <Field name="name" label="Your name" autoComplete="name" required autoFocus />
        <Field name="email" label="E-mail" type="email" autoComplete="username" required />
        <Field
          name="tenant"
          label="Tenant"
          help="Your team’s or company’s name in addresses: lower-case letters, digits and dashes."
          value={tenant}
          onChange={(e) => setTenant(slug(e.target.value) + (/[\s-]$/.test(e.target.value) ? '-' : ''))}
          required
          maxLength={63}
        />
        <PasswordField name="password" label="Password" />
      </Form>
    </AuthFrame>
  )
}
