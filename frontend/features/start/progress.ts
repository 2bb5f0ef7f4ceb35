import { api, get, type Schemas } from '@app/api/client'
import { queryOptions } from '@tanstack/react-query'

export type Progress = {
  repository?: Schemas['Repository']
  jobs: number
  firstJob?: Schemas['JobSummary']
  agent?: Schemas['AgentSummary']
  run?: Schemas['Run']
}

/** How far a tenant has come: read again by itself when something happens. */
export const progressQuery = queryOptions({
  queryKey: ['welcome'],
  queryFn: async ({ signal }): Promise<Progress> => {
    const one = { params: { query: { limit: 1 } }, signal }
    const [repositories, jobs, agents, runs] = await Promise.all([
      get(api.GET('/api/v1/repositories', one)),
      get(api.GET('/api/v1/jobs', one)),
      get(api.GET('/api/v1/agents', one)),
      get(api.GET('/api/v1/runs', one)),
    ])
    return {
      repository: repositories.items[0],
      jobs: repositories.items[0]?.jobs ?? jobs.items.length,
      firstJob: jobs.items[0],
      agent: agents.items[0],
      run: runs.items.find((r) => r.status !== 'missed'),
    }
  },
  // The stream tells of changes; where there is none, this does.
  refetchInterval: 15_000,
})
