// Print a mail that nodemailer signed, as a JSON task on standard input says.
const fs = require("fs");
const nodemailer = require("nodemailer");

const task = JSON.parse(fs.readFileSync(0, "utf8"));
nodemailer
  .createTransport({ streamTransport: true, buffer: true, newline: "windows", dkim: task.dkim })
  .sendMail(task.mail)
  .then(
    (sent) => process.stdout.write(sent.message),
    (error) => {
      console.error(error);
      process.exit(1);
    },
  );
