import { Fact, Tag } from '@ui/primitives'

/** Which jobs a document is about. */
export const JobsFact = ({ selector, namespaces }: { selector: string[]; namespaces: string[] }) => (
  <Fact name="Jobs">
    {selector.length === 0 && namespaces.length === 0 ? (
      'all'
    ) : (
      <span className="flex flex-wrap justify-end gap-1">
        {namespaces.map((n) => (
          <Tag key={n} mono>
            {n}/
          </Tag>
        ))}
        {selector.map((s) => (
          <Tag key={s} mono>
            {s}
          </Tag>
        ))}
      </span>
    )}
  </Fact>
)
