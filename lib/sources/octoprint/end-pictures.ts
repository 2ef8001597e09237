import type { OctoPrintClient } from '../../clients/octoprint/client';
import { within } from '../../concurrency/within';
import type { Picture } from '../../http/picture-type';

/** A camera that hangs holds no print up for longer. */
const CAMERA_MS = 10_000;
/** Pictures that were not fetched yet, in memory. */
const MOST = 50;

interface Shot {
    time: number;
    picture: Promise<Picture | null>;
}

/** The camera's picture of the end of each print. It is taken at once: a minute later the print may be off the bed. */
export class EndPictures {
    private readonly shots = new Map<string, Shot>();

    constructor(
        private readonly octoprint: OctoPrintClient,
        private readonly signal: AbortSignal,
        private readonly failed: (why: string) => void,
    ) {}

    /**
     * @param time the print's `time`: an end is told several times, and pictured once
     * @param given a picture that came along with the event
     */
    take(path: string, time: number, given: Picture | null): void {
        if (given === null && (!this.octoprint.hasCamera || this.shots.get(path)?.time === time)) return;
        if (this.shots.size >= MOST) this.shots.clear();
        this.shots.set(path, { time, picture: given === null ? this.snapshot() : Promise.resolve(given) });
    }

    /** A camera that refuses, is off or sends something else costs the picture, never the print. */
    private async snapshot(): Promise<Picture | null> {
        const late = AbortSignal.timeout(CAMERA_MS);
        try {
            const picture = await this.octoprint.snapshot(AbortSignal.any([this.signal, late]));
            if (picture === null) this.failed('The response of the camera is not a picture');
            return picture;
        } catch (error) {
            if (this.signal.aborted) return null;
            const words = error instanceof Error ? error.message : String(error);
            this.failed(late.aborted ? `The camera did not answer within ${CAMERA_MS / 1000} s` : words);
            return null;
        }
    }

    /** @param seconds how long the print took. @returns null: there is none of this print */
    async of(path: string, seconds: number | null): Promise<Picture | null> {
        const shot = this.shots.get(path);
        if (shot === undefined || shot.time !== seconds) return null;
        this.shots.delete(path);
        return (await within(shot.picture, CAMERA_MS)) ?? null;
    }
}
