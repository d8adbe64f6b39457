#include "sim/protocol.h"

#include <fmt/format.h>

#include <array>
#include <boost/json.hpp>

#include "core/text.h"
#include "sim/xml_writer.h"

namespace v2only::sim {
namespace {

constexpr std::string_view kCloudWatch = "GraniteServiceVersion20100801.";
constexpr std::string_view kKms = "TrentService.";
constexpr std::string_view kXmlType = "text/xml;charset=UTF-8";
constexpr std::string_view kJsonType = "application/x-amz-json-1.0";
constexpr std::string_view kJson11Type = "application/x-amz-json-1.1";

std::string_view header(const net::Request& request, std::string_view name) {
  for (const auto& h : request.headers) {
    if (equals_ignoring_case(h.name, name)) return h.value;
  }
  return {};
}

net::Response respond(int status, std::string_view type, std::string body,
                      const std::string& request_id, WallTime now) {
  net::Response response;
  response.status = status;
  response.headers.push_back({"x-amzn-requestid", request_id});
  response.headers.push_back({"Content-Type", std::string(type)});
  response.headers.push_back({"Date", http_date(now)});
  response.body = std::move(body);
  return response;
}

std::string ec2_error(const ApiFault& fault, const std::string& request_id) {
  XmlWriter xml;
  xml.raw(R"(<?xml version="1.0" encoding="UTF-8"?>)").open("Response").open("Errors");
  xml.open("Error").text("Code", fault.code).text("Message", fault.message).close("Error");
  xml.close("Errors").text("RequestID", request_id).close("Response");
  return xml.take();
}

std::string query_error(const ApiFault& fault, const std::string& request_id) {
  XmlWriter xml;
  xml.open("ErrorResponse").open("Error");
  xml.text("Type", fault.status < 500 ? "Sender" : "Receiver");
  xml.text("Code", fault.code).text("Message", fault.message).close("Error");
  xml.text("RequestId", request_id).close("ErrorResponse");
  return xml.take();
}

std::string json_error(const ApiFault& fault) {
  return boost::json::serialize(boost::json::object{
      {"__type", "com.amazonaws.cloudwatch#" + fault.code}, {"message", fault.message}});
}

}  // namespace

Protocol guess_protocol(const net::Request& request) {
  const auto target = header(request, "x-amz-target");
  if (!target.empty()) return target.starts_with(kKms) ? Protocol::kJson11 : Protocol::kJson;
  const Form form(request.method == "GET" ? target_of(request.url).query : request.body);
  return form.get("Version") == "2016-11-15" ? Protocol::kEc2 : Protocol::kQuery;
}

Call read_call(const net::Request& request, const Claims& claims) {
  Call call;
  call.service = claims.service;
  call.region = RegionName(claims.region);
  call.caller = claims.access_key_id;
  const auto target = header(request, "x-amz-target");
  if (!target.empty()) {
    const bool kms = target.starts_with(kKms);
    const auto prefix = kms ? kKms : kCloudWatch;
    call.protocol = kms ? Protocol::kJson11 : Protocol::kJson;
    call.json = request.body;
    if (target.starts_with(prefix)) call.action = target.substr(prefix.size());
    return call;
  }
  call.protocol = claims.service == "ec2" ? Protocol::kEc2 : Protocol::kQuery;
  call.form = Form(request.method == "GET" ? target_of(request.url).query : request.body);
  call.action = call.form.get_or("Action", "");
  return call;
}

net::Response write_success(Protocol protocol, std::string body, const std::string& request_id,
                            WallTime now) {
  const auto type = protocol == Protocol::kJson     ? kJsonType
                    : protocol == Protocol::kJson11 ? kJson11Type
                                                    : kXmlType;
  return respond(200, type, std::move(body), request_id, now);
}

net::Response write_fault(Protocol protocol, const ApiFault& fault, const std::string& request_id,
                          WallTime now) {
  if (protocol == Protocol::kEc2) {
    return respond(fault.status, kXmlType, ec2_error(fault, request_id), request_id, now);
  }
  if (protocol == Protocol::kQuery) {
    return respond(fault.status, kXmlType, query_error(fault, request_id), request_id, now);
  }
  if (protocol == Protocol::kJson11) {
    const auto body = boost::json::serialize(
        boost::json::object{{"__type", fault.code}, {"message", fault.message}});
    return respond(fault.status, kJson11Type, body, request_id, now);
  }
  auto response = respond(fault.status, kJsonType, json_error(fault), request_id, now);
  response.headers.push_back(
      {"x-amzn-query-error", fault.code + (fault.status < 500 ? ";Sender" : ";Receiver")});
  return response;
}

net::Response html_page(int status, WallTime now) {
  net::Response response;
  response.status = status;
  response.headers.push_back({"Content-Type", "text/html"});
  response.headers.push_back({"Date", http_date(now)});
  response.body =
      "<html><head><title>Please wait</title></head><body><center><h1>One moment, please"
      "</h1></center><hr><center>gateway</center></body></html>\n";
  return response;
}

std::string http_date(WallTime time) {
  constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  return fmt::format(
      "{}, {:02} {} {} {:02}:{:02}:{:02} GMT", kDays[std::chrono::weekday(day).c_encoding()],
      static_cast<unsigned>(date.day()), kMonths[static_cast<unsigned>(date.month()) - 1],
      static_cast<int>(date.year()), clock.hours().count(), clock.minutes().count(),
      clock.seconds().count());
}

}  // namespace v2only::sim
