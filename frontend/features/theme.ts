export type Theme = 'system' | 'light' | 'dark'

// The choice is a cookie, which the server writes into <html>: the first picture is in the right theme, and no
// inline script is needed.
const NAME = 'crontopus_theme'

export function theme(): Theme {
  const found = /(?:^|; )crontopus_theme=(light|dark)/.exec(document.cookie)?.[1]
  return found === 'light' || found === 'dark' ? found : 'system'
}

export function applyTheme(chosen: Theme = theme()) {
  if (chosen === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = chosen
}

export function chooseTheme(chosen: Theme) {
  const age = chosen === 'system' ? 0 : 31_536_000
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store interface is missing in Firefox
  document.cookie = `${NAME}=${chosen}; Path=/; Max-Age=${age}; SameSite=Lax`
  applyTheme(chosen)
}
