// Tests of files and documents run without a browser.
if ('document' in globalThis) await import('./browser')

export {}
