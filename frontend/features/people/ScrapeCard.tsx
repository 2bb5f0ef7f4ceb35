import { Link } from '@tanstack/react-router'
import { Snippet } from '@ui/Copy'
import { Card } from '@ui/primitives'

/** How a Prometheus reads the tenant's own figures. */
export const ScrapeCard = () => (
  <Card title="Prometheus">
    <p className="mb-3 text-xs text-fg-2">
      How each monitor is, when it last succeeded and how long it took, incidents and agents: with an{' '}
      <Link to="/tokens" className="text-accent underline">
        API token
      </Link>{' '}
      that may <code className="font-mono">runs:read</code>.
    </p>
    <Snippet
      label="scrape configuration"
      text={`scrape_configs:
  - job_name: crontopus
    scheme: ${location.protocol.slice(0, -1)}
    metrics_path: /api/v1/metrics
    authorization:
      credentials_file: /etc/prometheus/crontopus.token
    static_configs:
      - targets: ["${location.host}"]`}
    />
  </Card>
)
