// Before the first paint, so that a chosen theme never flashes. A file of its own: the policy forbids inline scripts.
try {
  const theme = localStorage.getItem('image-gen/theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // Storage is forbidden: the system's theme it is.
}
