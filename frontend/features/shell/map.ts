import {
  AlarmClock,
  BellRing,
  CalendarRange,
  ChartColumn,
  Gauge,
  GitBranch,
  KeyRound,
  ListChecks,
  Radar,
  ScrollText,
  Server,
  Settings,
  Siren,
  Users,
  Wrench,
} from 'lucide-react'

/** Where one can go: what the rail, the palette and the phone's bottom bar show. */
export const PLACES = [
  { to: '/', label: 'Overview', icon: Gauge, group: 'main', keys: 'G O' },
  { to: '/jobs', label: 'Jobs', icon: AlarmClock, group: 'main', keys: 'G J' },
  { to: '/runs', label: 'Runs', icon: ListChecks, group: 'main', keys: 'G R' },
  { to: '/timeline', label: 'Timeline', icon: CalendarRange, group: 'main', keys: 'G T' },
  { to: '/incidents', label: 'Incidents', icon: Siren, group: 'main', keys: 'G I' },
  { to: '/agents', label: 'Agents', icon: Server, group: 'main', keys: 'G A' },
  { to: '/repositories', label: 'Repositories', icon: GitBranch, group: 'Configure', keys: undefined },
  { to: '/discovered', label: 'Discovered', icon: Radar, group: 'Configure', keys: undefined },
  { to: '/alerts', label: 'Alerts', icon: BellRing, group: 'Configure', keys: undefined },
  { to: '/maintenance', label: 'Maintenance', icon: Wrench, group: 'Configure', keys: undefined },
  { to: '/tokens', label: 'API tokens', icon: KeyRound, group: 'Configure', keys: undefined },
  { to: '/members', label: 'Members', icon: Users, group: 'Configure', keys: undefined },
  { to: '/audit', label: 'Audit', icon: ScrollText, group: 'Configure', keys: undefined },
  { to: '/usage', label: 'Usage', icon: ChartColumn, group: 'Configure', keys: undefined },
  { to: '/settings', label: 'Settings', icon: Settings, group: 'Configure', keys: undefined },
] as const

export const ON_PHONES: readonly string[] = ['/', '/jobs', '/runs', '/incidents', '/agents']
