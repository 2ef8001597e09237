/** Recordings of Bambuddy that the simulator does not replay, by number, and why. */
export const notCovered: { recordings: number[]; why: string }[] = [
    {
        recordings: [11, 191],
        why: 'keys and authentication are managed by a person who is logged in; the simulator has methods for it',
    },
    {
        recordings: [12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 184, 185, 186, 187],
        why: 'notification providers are set up by a person; the simulator sends no webhooks',
    },
    { recordings: [23, 24, 160], why: 'settings of the server are none of our business' },
    { recordings: [25, 161], why: 'the print queue: reprints are made with `print({ archive })`' },
    { recordings: [75, 91], why: 'analyses for the dashboard that no client of ours asks for' },
    { recordings: [87, 88, 89], why: 'details of a 3MF that no client of ours asks for' },
    { recordings: [120], why: 'a QR code for people' },
    { recordings: [157], why: 'the live state of a printer, which only its own protocol fills' },
    { recordings: [171, 172, 173], why: 'timelapse videos are not simulated' },
    {
        recordings: [177],
        why: 'white space around the key is stripped by the HTTP parser of Node before anybody sees it',
    },
    { recordings: [188], why: 'the export as CSV is for people' },
];
