import { Copy } from '@ui/Copy'
import { Button } from '@ui/primitives'

/** Recovery codes, shown this once. */
export const Codes = ({ codes, onDone }: { codes: string[]; onDone: () => void }) => (
  <>
    <p className="text-sm text-fg-2">
      Each of these lets you in once without the authenticator. Keep them where the phone is not: they are
      shown this once.
    </p>
    <div className="relative mt-3 rounded-md border border-late-fill/50 bg-late-soft p-3">
      <ul
        aria-label="Recovery codes"
        className="grid grid-cols-1 gap-x-6 gap-y-1 font-mono text-xs sm:grid-cols-2"
      >
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className="absolute top-1.5 right-1.5">
        <Copy text={codes.join('\n')} label="Copy recovery codes" />
      </div>
    </div>
    <div className="mt-5 flex justify-end">
      <Button kind="solid" onClick={onDone}>
        I have kept them
      </Button>
    </div>
  </>
)
