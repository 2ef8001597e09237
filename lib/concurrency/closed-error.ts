/** Work was given up, or not begun, because what it belongs to is closed. */
export class ClosedError extends Error {
    readonly code = 'CLOSED';
    constructor() {
        super('closed');
        this.name = 'ClosedError';
    }
}
