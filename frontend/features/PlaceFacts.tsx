import { Link } from '@tanstack/react-router'
import { Fact } from '@ui/primitives'

/** Of which job something is, and on which host, as ways there. */
export function PlaceFacts({
  of,
}: {
  of: { namespace?: string | null; name?: string | null; host?: string | null; agent_id?: string | null }
}) {
  const host = <span className="font-mono text-xs">{of.host}</span>
  return (
    <>
      {of.namespace && of.name && (
        <Fact name="Job">
          <Link
            to="/jobs/$namespace/$name"
            params={{ namespace: of.namespace, name: of.name }}
            className="hover:underline"
          >
            {of.namespace}/{of.name}
          </Link>
        </Fact>
      )}
      {of.host && (
        <Fact name="Host">
          {of.agent_id ? (
            <Link to="/agents/$id" params={{ id: of.agent_id }} className="hover:underline">
              {host}
            </Link>
          ) : (
            host
          )}
        </Fact>
      )}
    </>
  )
}
