import { cleanup, configure } from '@testing-library/react'
import { afterEach, beforeEach } from 'vitest'

// What the browser has and happy-dom does not; nothing here decides what a test sees.

class Measured implements ResizeObserver {
  constructor(private readonly tell: ResizeObserverCallback) {}
  observe(target: Element) {
    const contentRect = new DOMRect(0, 0, 1000, 800)
    const size = [{ inlineSize: 1000, blockSize: 800 }]
    const entry = {
      target,
      contentRect,
      borderBoxSize: size,
      contentBoxSize: size,
      devicePixelContentBoxSize: size,
    } as unknown as ResizeObserverEntry
    this.tell([entry], this)
  }
  unobserve() {}
  disconnect() {}
}
globalThis.ResizeObserver = Measured

const open = (el: HTMLElement) => el.setAttribute('data-open', '')
const shut = (el: HTMLElement) => el.removeAttribute('data-open')
HTMLElement.prototype.showPopover = function () {
  open(this)
}
HTMLElement.prototype.hidePopover = function () {
  shut(this)
}
const matches = Element.prototype.matches
// As a plain method: the declared one narrows types by its selector, which no stand-in can.
Object.assign(Element.prototype, {
  matches(this: Element, selector: string) {
    return selector === ':popover-open' ? this.hasAttribute('data-open') : matches.call(this, selector)
  },
})
HTMLDialogElement.prototype.showModal = function () {
  this.setAttribute('open', '')
}
Element.prototype.scrollIntoView = () => {}

// A loaded machine is slow, not wrong.
configure({ asyncUtilTimeout: 15_000 })

beforeEach(() => {
  localStorage.clear()
  document.documentElement.removeAttribute('data-theme')
})
afterEach(cleanup)
