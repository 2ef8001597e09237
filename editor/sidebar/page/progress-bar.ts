import { make } from './elements';
import { say } from './texts';

let bars = 0;

/** A bar with its text above it. It tells of itself a quarter at a time: enough to know that it goes on. */
export class ProgressBar {
    readonly elements: readonly HTMLElement[];
    /** the quarter that was told last */
    private told = -1;
    private readonly text: HTMLElement;
    private readonly bar = make('div', { class: 'pts-bar-done' });
    private readonly track: HTMLElement;

    constructor() {
        const id = `pts-progress-text-${++bars}`;
        this.text = make('div', { class: 'pts-progress-text', id });
        this.track = make('div', { role: 'progressbar', class: 'pts-bar', 'aria-labelledby': id }, [this.bar]);
        this.elements = [this.text, this.track];
    }

    /** Nothing runs: the next one is told from its beginning. */
    rest(): void {
        this.told = 0;
    }

    /** @param total 0: it is not known how much there is */
    show(text: string, done: number, total: number): void {
        this.text.textContent = text;
        const known = total > 0;
        const percent = known ? Math.min(100, Math.round((100 * done) / total)) : 0;
        this.track.classList.toggle('pts-bar-unknown', !known);
        this.bar.style.width = known ? `${percent}%` : '';
        if (known) {
            this.track.setAttribute('aria-valuenow', String(percent));
            this.track.setAttribute('aria-valuetext', text);
        } else this.track.removeAttribute('aria-valuenow');
        const quarter = Math.floor(percent / 25);
        if (quarter > this.told && quarter < 4) say(text);
        this.told = quarter;
    }
}
