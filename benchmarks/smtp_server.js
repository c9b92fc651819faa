// Node's smtp-server as the least server that keeps mail; prints its port.
const { SMTPServer } = require("smtp-server");

const kept = [];
const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ["STARTTLS", "AUTH"],
  disableReverseLookup: true,
  onData(stream, session, done) {
    const pieces = [];
    stream.on("data", (piece) => pieces.push(piece));
    stream.on("end", () => {
      kept.push([session.envelope, Buffer.concat(pieces)]);
      done(null, "Ok");
    });
  },
});
server.listen(0, "127.0.0.1", () => console.log(server.server.address().port));
process.stdin.on("end", () => process.exit()).resume();
