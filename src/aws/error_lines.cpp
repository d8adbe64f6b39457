// One line for a person about a call that failed: what, on what, what to do.
#include <algorithm>

#include "aws/caller.h"
#include "aws/errors.h"

namespace v2only::aws {
namespace {

bool is_alone(const ApiCall& call) {
  return std::none_of(call.params.begin(), call.params.end(),
                      [](const auto& param) { return param.first == "InstanceId.2"; });
}

std::string where(const ApiCall& call) {
  if (!call.subject.empty()) return call.subject + " (" + call.region.str() + ")";
  for (const auto& [key, value] : call.params) {
    if (key == "InstanceId" || (key == "InstanceId.1" && is_alone(call)))
      return value + " (" + call.region.str() + ")";
  }
  return call.region.str();
}

std::string said(const ApiError& error) {
  std::string text = error.code.empty() ? error.message : error.code;
  if (!error.code.empty() && !error.message.empty()) text += ": " + error.message;
  while (text.ends_with('.')) text.pop_back();
  return text;
}

// AWS has a host for each region, so that one that does not exist shows as a name without address.
Error no_such_host(const ApiCall& call, const ApiError& error) {
  const auto& region = call.region.str();
  const bool by_region = !region.empty() && error.message.find(region) != std::string::npos;
  return {ErrorCode::kUnreachable, call.action + " got no answer: " + said(error), where(call),
          by_region ? "check that the region " + region + " exists, and this machine's DNS"
                    : "check the endpoint URL and this machine's DNS"};
}

Error no_answer(const ApiCall& call, const ApiError& error) {
  if (error.no_such_host) return no_such_host(call, error);
  if (error.http_status != 0) {
    return {ErrorCode::kGarbage, call.action + " was answered by " + said(error), where(call),
            "check that the endpoint URL and the proxy lead to AWS's API"};
  }
  return {ErrorCode::kUnreachable, call.action + " got no answer: " + said(error), where(call),
          "check the network, the proxy and the endpoint URL"};
}

bool is_not_found(const std::string& code) {
  return code.ends_with(".NotFound") || code.ends_with(".NotFoundException") ||
         code == "NotFoundException";
}

ErrorCode kind_of(const ApiError& error) {
  if (is_not_found(error.code)) return ErrorCode::kNotFound;
  if (error.http_status >= 500 || is_transient_code(error.code)) return ErrorCode::kUnreachable;
  if (error.code.starts_with("Incorrect") || error.code == "UnsupportedOperation") {
    return ErrorCode::kConflict;
  }
  return ErrorCode::kUsage;
}

}  // namespace

std::string iam_action(const ApiCall& call) {
  switch (call.service) {
    case Service::kEc2:
      return "ec2:" + call.action;
    case Service::kSts:
      return "sts:" + call.action;
    case Service::kCloudWatch:
      return "cloudwatch:" + call.action;
    case Service::kKms:
      return "kms:" + call.action;
  }
  return call.action;
}

Error error_of(const ApiCall& call, const ApiReply& reply) {
  const auto& error = reply.error;
  if (error.code.empty()) return no_answer(call, error);
  if (error.code == kHeldBackCode) {
    return {ErrorCode::kConflict, call.action + " was not sent: " + error.message, where(call), {}};
  }
  if (is_denied_code(error.code)) {
    return {ErrorCode::kDenied, iam_action(call) + " denied: " + said(error), where(call),
            "allow " + iam_action(call) + " to this identity, or use --profile"};
  }
  if (is_credential_code(error.code)) {
    return {ErrorCode::kDenied, call.action + " refused: " + said(error), where(call),
            "check the credentials, their expiry, this machine's clock, and that the region " +
                call.region.str() + " exists and is enabled"};
  }
  if (is_throttling_code(error.code)) {
    return {ErrorCode::kThrottled,
            call.action + " still throttled after " + std::to_string(reply.attempts) +
                " attempts: " + said(error),
            where(call), "others use up this account's rate; try again later"};
  }
  return {kind_of(error), call.action + " failed: " + said(error), where(call), {}};
}

}  // namespace v2only::aws
