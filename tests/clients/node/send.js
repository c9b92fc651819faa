// Send one mail as a JSON task on standard input says.
const fs = require("fs");
const nodemailer = require("nodemailer");

const task = JSON.parse(fs.readFileSync(0, "utf8"));
const options = {
  host: task.host,
  port: task.port,
  secure: task.secure,
  requireTLS: task.requireTLS,
  ignoreTLS: task.ignoreTLS,
  tls: { ca: fs.readFileSync(task.ca_file), servername: "localhost" },
};
if (task.mechanism === "XOAUTH2") {
  options.auth = { type: "OAuth2", user: task.user, accessToken: task.token };
} else if (task.mechanism) {
  options.authMethod = task.mechanism;
  options.auth = { user: task.user, pass: task.password };
}
nodemailer
  .createTransport(options)
  .sendMail({
    envelope: { from: task.sender, to: [task.recipient] },
    raw: fs.readFileSync(task.raw),
  })
  .then(
    () => process.exit(0),
    (error) => {
      console.error(error);
      process.exit(1);
    },
  );
