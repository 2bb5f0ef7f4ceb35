/** An octopus seen from above is a clock: eight arms, two hands. */
export function Logo({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill="none" aria-hidden="true">
      <path d={ARMS} stroke="var(--accent)" strokeWidth="1.7" strokeLinecap="round" />
      <circle cx="12" cy="12" r="6.7" fill="var(--accent)" />
      <path
        d="M12 8.1V12.2l2.7 1.7"
        stroke="var(--canvas)"
        strokeWidth="1.8"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  )
}

const ARMS = Array.from({ length: 8 }, (_, arm) => {
  const angle = (arm * Math.PI) / 4 + 0.2
  const at = (radius: number, turn: number) =>
    `${(12 + radius * Math.cos(angle + turn)).toFixed(2)} ${(12 + radius * Math.sin(angle + turn)).toFixed(2)}`
  return `M${at(6.2, 0)}Q${at(9.6, 0.02)} ${at(11, 0.36)}`
}).join('')
