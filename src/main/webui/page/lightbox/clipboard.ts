export const copyText = async (text: string): Promise<void> => navigator.clipboard.writeText(text)

/** As PNG, the one kind that every browser puts on its clipboard. */
export const copyImage = async (url: string): Promise<void> => {
  const png = async () => {
    const response = await fetch(url)
    if (!response.ok) throw new Error(`answered ${response.status}`)
    const blob = await response.blob()
    if (blob.type === 'image/png') return blob
    const bitmap = await createImageBitmap(blob)
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height)
    canvas.getContext('2d')?.drawImage(bitmap, 0, 0)
    return canvas.convertToBlob({ type: 'image/png' })
  }
  // Handed over as a promise: Safari wants the clipboard to be asked for in the same breath as the click.
  await navigator.clipboard.write([new ClipboardItem({ 'image/png': png() })])
}
