/** One way to report a run, ready to paste. */
export type Snippet = {
  key: string
  name: string
  lang: string
  about: string
  text: (url: string) => string
}

/** How the many schedulers report to one address. Each carries the exit status, so that a failure is one. */
export const SNIPPETS: Snippet[] = [
  {
    key: 'curl',
    name: 'curl',
    lang: 'sh',
    about: 'A success, a failure with its output, or an exit status: whatever follows the key is the signal.',
    text: (url) => `curl -fsS -m 10 --retry 5 ${url}
curl -fsS -m 10 --retry 5 ${url}/fail --data-binary @job.log
curl -fsS -m 10 --retry 5 ${url}/$?`,
  },
  {
    key: 'cron',
    name: 'cron',
    lang: 'crontab',
    about:
      'Start and end are reported, so a job that hangs is seen as well. In a crontab a % must be written \\%.',
    text: (url) => `# m h dom mon dow  command
0 2 * * *  curl -fsS -m 10 --retry 5 -o /dev/null ${url}/start; /opt/scripts/backup.sh; curl -fsS -m 10 --retry 5 -o /dev/null ${url}/$?`,
  },
  {
    key: 'systemd',
    name: 'systemd',
    lang: 'ini',
    about: 'A drop-in for the service that the timer starts: systemctl edit backup.service',
    text: (url) => `[Service]
ExecStartPre=-/usr/bin/curl -fsS -m 10 --retry 5 -o /dev/null ${url}/start
ExecStopPost=-/bin/sh -c '/usr/bin/curl -fsS -m 10 --retry 5 -o /dev/null "${url}/$([ "$SERVICE_RESULT" = success ] && echo success || echo fail)"'`,
  },
  {
    key: 'kubernetes',
    name: 'Kubernetes CronJob',
    lang: 'yaml',
    about: 'The address is a secret: kubectl create secret generic crontopus --from-literal=url=…',
    text: () => `apiVersion: batch/v1
kind: CronJob
metadata:
  name: backup
spec:
  schedule: "0 2 * * *"
  jobTemplate:
    spec:
      backoffLimit: 0
      template:
        spec:
          restartPolicy: Never
          containers:
            - name: backup
              image: registry.example/backup:1
              env:
                - name: CRONTOPUS_URL
                  valueFrom: { secretKeyRef: { name: crontopus, key: url } }
              command: ["/bin/sh", "-c"]
              args:
                - |
                  wget -q -T 10 -O /dev/null "$CRONTOPUS_URL/start"
                  /opt/scripts/backup.sh; status=$?
                  wget -q -T 10 -O /dev/null "$CRONTOPUS_URL/$status"
                  exit $status`,
  },
  {
    key: 'jenkins',
    name: 'Jenkins',
    lang: 'groovy',
    about: 'The address is a credential of the kind “Secret text” with the id crontopus-url.',
    text: () => `pipeline {
  agent any
  triggers { cron('H 2 * * *') }
  environment { CRONTOPUS_URL = credentials('crontopus-url') }
  stages {
    stage('backup') {
      steps {
        sh 'curl -fsS -m 10 --retry 5 "$CRONTOPUS_URL/start"'
        sh '/opt/scripts/backup.sh'
      }
    }
  }
  post {
    success { sh 'curl -fsS -m 10 --retry 5 "$CRONTOPUS_URL"' }
    unsuccessful { sh 'curl -fsS -m 10 --retry 5 "$CRONTOPUS_URL/fail"' }
  }
}`,
  },
  {
    key: 'github',
    name: 'GitHub Actions',
    lang: 'yaml',
    about: 'The address is a secret of the repository named CRONTOPUS_URL.',
    text: () => `on:
  schedule:
    - cron: "0 2 * * *"
jobs:
  backup:
    runs-on: ubuntu-latest
    env:
      CRONTOPUS_URL: \${{ secrets.CRONTOPUS_URL }}
    steps:
      - run: curl -fsS -m 10 --retry 5 "$CRONTOPUS_URL/start?rid=$GITHUB_RUN_ID"
      - run: ./backup.sh
      - if: always()
        run: curl -fsS -m 10 --retry 5 "$CRONTOPUS_URL/\${{ job.status == 'success' && 'success' || 'fail' }}?rid=$GITHUB_RUN_ID"`,
  },
  {
    key: 'gitlab',
    name: 'GitLab CI',
    lang: 'yaml',
    about: 'The address is a masked variable named CRONTOPUS_URL; the pipeline has a schedule.',
    text: () => `backup:
  rules:
    - if: $CI_PIPELINE_SOURCE == "schedule"
  before_script:
    - curl -fsS -m 10 --retry 5 "$CRONTOPUS_URL/start?rid=$CI_JOB_ID"
  script:
    - ./backup.sh
  after_script:
    - curl -fsS -m 10 --retry 5 "$CRONTOPUS_URL/$([ "$CI_JOB_STATUS" = success ] && echo success || echo fail)?rid=$CI_JOB_ID"`,
  },
  {
    key: 'powershell',
    name: 'PowerShell',
    lang: 'powershell',
    about: 'As the action of a task in the Windows Task Scheduler: powershell -File backup.ps1',
    text: (url) => `$url = '${url}'
Invoke-RestMethod "$url/start" -TimeoutSec 10 | Out-Null
try {
  & 'C:\\Scripts\\backup.exe'
  $status = $LASTEXITCODE
} catch {
  $status = 1
}
Invoke-RestMethod "$url/$status" -Method Post -TimeoutSec 10 | Out-Null
exit $status`,
  },
  {
    key: 'python',
    name: 'Python',
    lang: 'python',
    about: 'Nothing but the standard library; a report that can not be sent never fails the job.',
    text: (url) => `import contextlib
import traceback
import urllib.request

URL = "${url}"


def report(signal: str, body: str = "") -> None:
    with contextlib.suppress(OSError):
        urllib.request.urlopen(f"{URL}/{signal}", data=body.encode(), timeout=10).close()


report("start")
try:
    main()
except Exception:
    report("fail", traceback.format_exc())
    raise
report("success")`,
  },
  {
    key: 'node',
    name: 'Node',
    lang: 'js',
    about: 'Node 18 or later.',
    text: (url) => `const url = '${url}'
const report = (signal, body = '') =>
  fetch(\`\${url}/\${signal}\`, { method: 'POST', body, signal: AbortSignal.timeout(10_000) }).catch(() => {})

await report('start')
try {
  await main()
  await report('success')
} catch (error) {
  await report('fail', String(error.stack))
  throw error
}`,
  },
  {
    key: 'go',
    name: 'Go',
    lang: 'go',
    about: 'Nothing but the standard library.',
    text: (url) => `package main

import (
\t"net/http"
\t"os"
\t"strings"
\t"time"
)

const url = "${url}"

func report(signal, body string) {
\tclient := http.Client{Timeout: 10 * time.Second}
\tif answer, err := client.Post(url+"/"+signal, "text/plain", strings.NewReader(body)); err == nil {
\t\tanswer.Body.Close()
\t}
}

func main() {
\treport("start", "")
\tif err := run(); err != nil {
\t\treport("fail", err.Error())
\t\tos.Exit(1)
\t}
\treport("success", "")
}`,
  },
]
