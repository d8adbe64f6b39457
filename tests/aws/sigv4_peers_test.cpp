// Our signer against two that nobody here wrote: botocore's (recorded, see data/) and libcurl's.
#include <curl/curl.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <fstream>
#include <sstream>

#include "aws/sigv4.h"
#include "core/digest.h"
#include "core/json.h"
#include "core/text.h"
#include "net/socket_server.h"
#include "net/url.h"

namespace v2only::aws {
namespace {

std::string text_of(const json::value& value) { return std::string(value.as_string()); }

struct BotocoreCase {
  std::string name;
  net::Request request;
  Credentials credentials;
  SigningScope scope;
  WallTime at{};
  std::string canonical;
  std::string authorization;
};
void PrintTo(const BotocoreCase& one, std::ostream* out) { *out << one.name; }

std::vector<BotocoreCase> botocore_cases() {
  std::ifstream file(std::string(V2_TEST_DATA) + "/sigv4_botocore.json");
  std::ostringstream text;
  text << file.rdbuf();
  const auto data = parse_json(text.str(), "sigv4_botocore.json").value();
  std::vector<BotocoreCase> cases;
  for (const auto& item : data.at("cases").as_array()) {
    BotocoreCase one;
    one.name = text_of(item.at("name"));
    one.request.method = text_of(item.at("method"));
    one.request.url = text_of(item.at("url"));
    one.request.body = text_of(item.at("body"));
    for (const auto& header : item.at("headers").as_array()) {
      one.request.headers.push_back({text_of(header.at(0)), text_of(header.at(1))});
    }
    one.credentials.access_key_id = text_of(data.at("access_key_id"));
    one.credentials.secret_access_key = Secret(text_of(data.at("secret_access_key")));
    one.credentials.session_token = Secret(text_of(item.at("token")));
    one.scope = {text_of(item.at("region")), text_of(item.at("service"))};
    one.at = parse_utc(text_of(item.at("date"))).value();
    one.canonical = text_of(item.at("canonical"));
    one.authorization = text_of(item.at("authorization"));
    cases.push_back(std::move(one));
  }
  return cases;
}

std::string header_of(const net::Request& request, std::string_view name) {
  const auto found =
      std::find_if(request.headers.begin(), request.headers.end(),
                   [&](const net::Header& h) { return equals_ignoring_case(h.name, name); });
  return found == request.headers.end() ? "" : found->value;
}

std::vector<std::string> signed_headers_of(const std::string& authorization) {
  const auto begin = authorization.find("SignedHeaders=") + 14;
  return split(authorization.substr(begin, authorization.find(',', begin) - begin), ';');
}

class Botocore : public ::testing::TestWithParam<BotocoreCase> {};

TEST_P(Botocore, SignsTheSame) {
  auto request = GetParam().request;
  sign(request, GetParam().credentials, GetParam().scope, GetParam().at);
  const auto authorization = header_of(request, "Authorization");
  const auto url = net::parse_url(request.url).value();
  EXPECT_EQ(canonical_request(request.method, url.path, url.query, request.headers,
                              signed_headers_of(authorization), sha256_hex(request.body)),
            GetParam().canonical);
  EXPECT_EQ(authorization, GetParam().authorization);
}

INSTANTIATE_TEST_SUITE_P(SigV4, Botocore, ::testing::ValuesIn(botocore_cases()),
                         [](const auto& one) {
                           std::string name;
                           for (const char c : one.param.name) {
                             name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
                           }
                           return name;
                         });

TEST(SigV4, BotocoreCasesAreAtLeastForty) { EXPECT_GE(botocore_cases().size(), 40U); }

// ---- libcurl

std::size_t swallow(char*, std::size_t size, std::size_t count, void*) noexcept {
  return size * count;
}

// Posts with libcurl's own signer; what the server saw of it.
net::testing::Seen signed_by_libcurl(const std::string& body, const std::string& token) {
  net::testing::SocketServer server([](const net::testing::Seen&) {
    return net::testing::Answer{net::testing::http_answer(200, "")};
  });
  CURL* easy = curl_easy_init();
  auto* headers =
      curl_slist_append(nullptr, "Content-Type: application/x-www-form-urlencoded; charset=utf-8");
  if (!token.empty()) {
    headers = curl_slist_append(headers, ("X-Amz-Security-Token: " + token).c_str());
  }
  const auto url = server.url() + "/";
  curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_AWS_SIGV4, "aws:amz:eu-west-1:ec2");
  curl_easy_setopt(easy, CURLOPT_USERNAME, "AKIDEXAMPLE");
  curl_easy_setopt(easy, CURLOPT_PASSWORD, "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
  curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body.c_str());
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &swallow);
  EXPECT_EQ(curl_easy_perform(easy), CURLE_OK);
  curl_easy_cleanup(easy);
  curl_slist_free_all(headers);
  const auto seen = server.seen();
  EXPECT_EQ(seen.size(), 1U);
  return seen.empty() ? net::testing::Seen{} : seen.front();
}

std::string header_in(const std::string& head, const std::string& name) {
  for (const auto& line : split(head, '\n')) {
    const auto colon = line.find(':');
    if (colon != std::string::npos && equals_ignoring_case(line.substr(0, colon), name)) {
      return std::string(trim(line.substr(colon + 1)));
    }
  }
  return {};
}

// 20261124T073312Z
WallTime parse_amz_date(const std::string& text) {
  return parse_utc(text.substr(0, 4) + "-" + text.substr(4, 2) + "-" + text.substr(6, 5) + ":" +
                   text.substr(11, 2) + ":" + text.substr(13))
      .value();
}

class Libcurl : public ::testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(Libcurl, SignsTheSamePostTheSame) {
  const auto& [body, token] = GetParam();
  const auto seen = signed_by_libcurl(body, token);
  Credentials credentials;
  credentials.access_key_id = "AKIDEXAMPLE";
  credentials.secret_access_key = Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
  credentials.session_token = Secret(token);
  net::Request ours;
  ours.method = "POST";
  ours.url = "http://" + header_in(seen.head, "Host") + "/";
  ours.headers = {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}};
  ours.body = body;
  sign(ours, credentials, {"eu-west-1", "ec2"}, parse_amz_date(header_in(seen.head, "X-Amz-Date")));
  EXPECT_EQ(header_of(ours, "Authorization"), header_in(seen.head, "Authorization"));
}

INSTANTIATE_TEST_SUITE_P(
    SigV4, Libcurl,
    ::testing::Values(std::pair{"Action=DescribeRegions&Version=2016-11-15", ""},
                      std::pair{"Action=X&V=a%20b%2B~", "FwoGZXIvYXdzEBYaD+/=example=="},
                      std::pair{"", ""}));

}  // namespace
}  // namespace v2only::aws
