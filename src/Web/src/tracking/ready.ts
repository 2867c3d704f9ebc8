import { currentSpeech } from "~/words/language";

const rung = new Set<string>();

/** One sound, once for each order, with what else the phone can do to be noticed. */
export function ring(orderId: string, number: string): void {
  if (rung.has(orderId)) return;
  rung.add(orderId);
  // Browsers let only a page vibrate that somebody has touched, and complain about the others.
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.([180, 90, 180]);
  chime();
  const { words } = currentSpeech.get();
  if (document.visibilityState !== "visible" && "Notification" in window && Notification.permission === "granted") {
    new Notification(words.orders.readyBar(number), {
      body: words.tracker.readyWhere,
      tag: orderId,
      icon: "/icon.svg",
    });
  }
}

function chime(): void {
  try {
    const context = new AudioContext();
    for (const [index, pitch] of [659.25, 880].entries()) {
      const start = context.currentTime + index * 0.18;
      const tone = context.createOscillator();
      const volume = context.createGain();
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0.0001, start);
      volume.gain.exponentialRampToValueAtTime(0.25, start + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.5);
      tone.connect(volume).connect(context.destination);
      tone.start(start);
      tone.stop(start + 0.55);
    }
    setTimeout(() => void context.close(), 1500);
  } catch {
    // A browser without sound, or one that wants a touch first.
  }
}
