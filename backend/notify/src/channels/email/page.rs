//! The HTML part of a message.

use crate::html::{button, escape, frame, headline, quiet_button};
use crate::message::Message;
use crate::message::facts::is_link;

const MONO: &str = "font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace";

pub(super) fn page(message: &Message) -> String {
    let title = escape(&message.headline());
    let colour = format!("#{:06x}", message.colour());
    let mut body = format!(
        "{}<p style=\"margin:0 0 16px;color:#59636e\">{} · {}</p>\n",
        headline(&title),
        escape(&message.severity().to_string()),
        escape(&message.moment(message.at)),
    );
    let lead = message.lead();
    if !lead.is_empty() {
        body += &format!("<p style=\"margin:0 0 16px\">{}</p>\n", escape(&lead));
    }
    body += &facts(message);
    body += &list(message);
    if let Some(output) = message.output() {
        let title = if output.more { "The last lines of its output" } else { "Its output" };
        body += &format!(
            "<p style=\"margin:16px 0 4px;color:#59636e\">{title}</p>\n<pre style=\"margin:0 0 16px;padding:12px;\
             background:#f6f8fa;border-radius:6px;font-size:12px;line-height:18px;white-space:pre-wrap;{MONO}\">{}</pre>\n",
            escape(&output.text)
        );
    }
    body += &buttons(message, &colour);
    let tenant = escape(&message.tenant);
    let channels = escape(&message.links.channels);
    let foot = format!(
        "Crontopus · {tenant} · <a href=\"{channels}\" style=\"color:#59636e\">change or end these mails</a>"
    );
    frame(&title, &colour, &body, &foot)
}

fn facts(message: &Message) -> String {
    let rows: String = message
        .facts()
        .iter()
        .map(|(name, value)| {
            let value = match is_link(value) {
                true => format!("<a href=\"{0}\">{0}</a>", escape(value)),
                false => escape(value),
            };
            format!(
                "<tr><td style=\"padding:2px 16px 2px 0;color:#59636e;vertical-align:top;white-space:nowrap\">{name}</td>\
                 <td style=\"padding:2px 0\">{value}</td></tr>\n"
            )
        })
        .collect();
    if rows.is_empty() { rows } else { format!("<table role=\"presentation\">\n{rows}</table>\n") }
}

fn list(message: &Message) -> String {
    let (lines, more) = message.list();
    let mut items: String = lines
        .iter()
        .map(|(line, link)| format!("<li><a href=\"{}\">{}</a></li>\n", escape(link), escape(line)))
        .collect();
    if more > 0 {
        items += &format!("<li>and {more} more</li>\n");
    }
    if items.is_empty() {
        items
    } else {
        format!("<ul style=\"margin:0 0 16px;padding-left:20px\">\n{items}</ul>\n")
    }
}

fn buttons(message: &Message, colour: &str) -> String {
    let look = |at: usize, (name, link): &(&str, String)| match at {
        0 => button(name, link, colour),
        _ => quiet_button(name, link),
    };
    message.actions().iter().enumerate().map(|(at, action)| look(at, action)).collect()
}
