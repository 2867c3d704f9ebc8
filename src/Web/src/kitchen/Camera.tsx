import { useEffect, useRef, useState } from "react";
import { buttonClass } from "~/look/parts";
import { useWords } from "~/words/useWords";
import { kitchenWords } from "./words";

interface Detector {
  detect(source: HTMLVideoElement): Promise<readonly { readonly rawValue: string }[]>;
}
type DetectorClass = new (options: { formats: readonly string[] }) => Detector;

const detectorClass = (globalThis as { BarcodeDetector?: DetectorClass }).BarcodeDetector;

/** Whether this browser can read codes, and may be asked for its camera (a secure context alone may). */
export const canScan = detectorClass !== undefined && navigator.mediaDevices !== undefined;

export function Camera({ onCode }: { onCode: (text: string) => void }) {
  const words = useWords(kitchenWords).handOver;
  const [on, setOn] = useState(false);
  const [denied, setDenied] = useState(false);
  const video = useRef<HTMLVideoElement>(null);
  const tell = useRef(onCode);
  tell.current = onCode;

  useEffect(() => {
    const view = video.current;
    if (!on || !view || !detectorClass) return;
    const detector = new detectorClass({ formats: ["qr_code"] });
    let stream: MediaStream | null = null;
    let over = false;
    let last = "";
    const look = async () => {
      const [code] = await detector.detect(view).catch(() => []);
      // A code that is held before the camera is read once.
      if (code && code.rawValue !== last) tell.current(code.rawValue);
      last = code?.rawValue ?? "";
    };
    const timer = setInterval(() => void (view.readyState >= 2 && look()), 250);
    navigator.mediaDevices
      .getUserMedia({ video: { facingMode: "environment" } })
      .then(async (given) => {
        stream = given;
        if (over) return stop();
        view.srcObject = given;
        await view.play();
      })
      .catch(() => {
        setDenied(true);
        setOn(false);
      });
    const stop = () => {
      for (const track of stream?.getTracks() ?? []) track.stop();
    };
    return () => {
      over = true;
      clearInterval(timer);
      stop();
    };
  }, [on]);

  return (
    <div className="space-y-3">
      <button
        type="button"
        aria-pressed={on}
        className={buttonClass()}
        onClick={() => {
          setDenied(false);
          setOn(!on);
        }}
      >
        {on ? words.stopScan : words.scan}
      </button>
      {denied && (
        <p role="alert" className="text-bad">
          {words.cameraDenied}
        </p>
      )}
      {on && (
        <video
          ref={video}
          muted
          playsInline
          aria-label={words.cameraView}
          className="aspect-video w-full max-w-md rounded-card bg-raised object-cover"
        />
      )}
    </div>
  );
}
