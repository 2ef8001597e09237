/** Permissions of Node-RED's `adminAuth` that the routes ask for. */
export const READ = 'print-to-stock.read';
export const WRITE = 'print-to-stock.write';
